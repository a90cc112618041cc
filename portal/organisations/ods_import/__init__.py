"""Importing ODS releases: read and check, stage, recognise, compare, merge, report.

``importing.import_file`` runs the steps for one file; everything else here is one step each.
"""
