"""What the engine's S3 leaves out of the configuration of buckets, answered as AWS does.

The embedded engine takes requests for a bucket's analytics, inventory, metrics and tiering for
requests to make, list or delete the bucket itself, keeps only part of a lifecycle, and knows
who pays for requests under a name of its own.
"""
