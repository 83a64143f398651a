"""The policy file, the kinds of check, the gate's decision, the banner. No Flask, no database: values in, values out."""
