"""The smallest django-oscar shop that can take an order: ``tests.benchmarks.peer`` copies it and runs it elsewhere.

Nothing here runs in the portal's own environment, which has no django-oscar.
"""
