"""Files in and out: readers and writers that know no database, and the verbs that use them."""
