"""The bucket of the tests, seen from outside: make it, count what lies in it, spoil an object.

    bucket.py make | count | spoil        AWS_ENDPOINT_URL names the server
"""

import sys

import boto3

NAME = "herdbook"


def objects(client):
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=NAME)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def main(verb):
    client = boto3.client("s3")
    if verb == "make":
        client.create_bucket(Bucket=NAME)
    elif verb == "count":
        print(len(objects(client)))
    elif verb == "spoil":
        key = objects(client)[0]
        body = client.get_object(Bucket=NAME, Key=key)["Body"].read()
        client.put_object(Bucket=NAME, Key=key, Body=body[:-1] + bytes([body[-1] ^ 1]))
        print(key)
    else:
        sys.exit(f"no such verb: {verb}")


main(sys.argv[1])
