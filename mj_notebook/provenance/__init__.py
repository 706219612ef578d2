"""What a picture file tells about itself: written into it and read back, pixels untouched."""

from mj_notebook.provenance.embedding import (
    as_served,
    read_provenance,
    with_provenance,
    without_provenance,
)

__all__ = ["as_served", "read_provenance", "with_provenance", "without_provenance"]
