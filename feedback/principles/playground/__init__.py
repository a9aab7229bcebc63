"""The playground: talks with the model under the constitution, and what comes of them (after ConstitutionMaker)."""
