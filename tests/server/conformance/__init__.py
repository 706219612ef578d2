"""What the protocol sheet promises, over plain HTTP; "A" is its appendix, by number."""
