"""Proposed changes to what stands: made by curators, imports and updates, decided by those who may publish.

A proposal is an `ImportLine` that waits, in an `ImportBatch` that tells who made it, when and from what. What stands is
written when it is accepted, and by nothing else.

- `values`: what a line holds of a row: values as JSON, other rows by slug or uid.
- `rights`: whether somebody may write a row himself, or only propose.
- `proposing`: propose changes of a row, a further row, an end, a removal, what an edition says once more.
- `waiting`: what waits, beside what stands now.
- `deciding`: accept, refuse, take back.
"""
