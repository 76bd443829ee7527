"""What AWS's APIs take and answer beyond what an engine does: kept and added here.

A service of AWS that an engine stands in for has members and operations that the engine lets fall.
What is only to be kept and to be given back stands here; what has an effect of its own does not.
"""
