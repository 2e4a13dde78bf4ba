"""Builds a release: a folder of files about built graphs for data portals, statisticians, archives and web crawlers.

The input is `material.Material`; each part in `parts.PARTS` yields `material.ReleaseFile` objects, which `folder`
writes. Output is deterministic: the same graphs give the same bytes, and no part reads the clock. A release is written
to a temporary folder and then moved, so that a failure never leaves a partial one.
"""
