"""Looking into a file: in a process of its own, without Django, with little memory and little time.

The libraries that read pictures and PDFs are large and written in C. A file that breaks one of them ends a
process that has no database, no secret and no right to write, and the person reads a sentence.
"""
