"""What each operation of AWS needs: its IAM actions, their resources and condition keys.

One module a service, after its page in the Service Authorization Reference.
"""
