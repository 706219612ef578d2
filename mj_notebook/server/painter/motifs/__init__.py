"""The motifs: what stands, flies and swims in a picture."""
