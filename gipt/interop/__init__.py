"""Other systems: pure mappings from figures and rows to what they take (DHIS2, ADX, FHIR, CSV), and the sending."""
