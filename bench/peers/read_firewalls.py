"""
The script that people write by hand: lists the instances of each region and reads the port states of each one with boto3.

read_firewalls.py loop|threads REGION...   One call after another, or all regions at once and five reads at once in each of them, as
Portwatch does. Prints the number of firewalls that were read. A read that fails after boto3's own retries is left out.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.exceptions import ClientError

READS_PER_REGION = 5

how, regions = sys.argv[1], sys.argv[2:]
# Clients are thread-safe; creating one is not.
clients = {region: boto3.client("lightsail", region_name=region) for region in regions}
firewalls = {}


def list_names(region):
    pages = clients[region].get_paginator("get_instances").paginate()
    return [instance["name"] for page in pages for instance in page["instances"]]


def read(region, name):
    try:
        answer = clients[region].get_instance_port_states(instanceName=name)
    except ClientError as error:
        print(f"{region} {name}: {error}", file=sys.stderr)
    else:
        firewalls[region, name] = answer["portStates"]


def read_region(region):
    with ThreadPoolExecutor(READS_PER_REGION) as pool:
        list(pool.map(lambda name: read(region, name), list_names(region)))


if how == "threads":
    with ThreadPoolExecutor(len(regions)) as pool:
        list(pool.map(read_region, regions))
else:
    for region in regions:
        for name in list_names(region):
            read(region, name)
print(len(firewalls))
