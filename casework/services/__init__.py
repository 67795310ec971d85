"""The commands: one public function is one transaction, and nothing else writes."""
