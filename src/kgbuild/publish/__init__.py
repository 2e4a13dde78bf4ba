"""A release of graphs: what a portal, a statistician, an archive and a stranger can each take as it is.

Takes built graphs (`material.Material`) and gives files (`material.Item`), part by part (`parts.PARTS`); a release is a
folder of them (`folder`). Guarantees: nothing but the material decides what stands in a release, so that two builds of
the same graphs are the same bytes; nothing reads a clock; what is there is never half a release.
"""
