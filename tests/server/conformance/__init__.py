"""What protocol/README.md says, over plain HTTP; "A" is its appendix, by number."""
