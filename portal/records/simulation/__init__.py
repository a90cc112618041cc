"""A week of England, with faults, through the real services: does every fault come to light? (issue 4)"""
