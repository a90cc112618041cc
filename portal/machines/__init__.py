"""Programs that work with the portal: couriers' scanners, the registers, a clinical system (J27, J28)."""
