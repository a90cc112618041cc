"""What the home pages store."""

from portal.home.models.service_notice import NoticeAudience, ServiceNotice

__all__ = ["NoticeAudience", "ServiceNotice"]
