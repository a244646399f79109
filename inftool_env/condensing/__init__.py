"""Many tools of many documents become few: near duplicates are merged, distinct ones are kept."""
