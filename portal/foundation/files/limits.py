"""How much a file may be. One table, read by the form, the process that looks into it, and the database."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
MAXIMUM_UPLOAD = 10 * MEGABYTE
MAXIMUM_STORED = 32 * MEGABYTE  # a picture that is written anew may come out larger than it came in
MAXIMUM_FILES = 5  # in one field
MAXIMUM_PIXELS = 25_000_000
MAXIMUM_PAGES = 300
MAXIMUM_OBJECTS = 50_000  # of a PDF
MAXIMUM_VALUES = 2_000_000  # in all objects of a PDF together
MAXIMUM_UNPACKED_STREAM = 160 * MEGABYTE  # an A4 page at 600 dots an inch, in colour
MAXIMUM_UNPACKED = 500 * MEGABYTE

# Of the process that looks into one file.
INSPECTION_MEMORY = 768 * MEGABYTE
INSPECTION_SECONDS = 20  # of the processor
INSPECTION_PATIENCE = 40  # by the clock, on a busy machine
INSPECTIONS_AT_ONCE = 2  # in one web process

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
EXTENSIONS = {PDF: "pdf", PNG: "png", JPEG: "jpg"}
