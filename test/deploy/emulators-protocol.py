"""Sends requests to every stand-in with boto3, which is independent of this project, and prints the answers as one JSON object.

The environment variables name the endpoints of the stand-ins. Retries are off, so that the test gets each error.
"""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
lightsail = boto3.client("lightsail", config=config)
sns = boto3.client("sns", config=config)
dynamodb = boto3.client("dynamodb", config=config)
ssm = boto3.client("ssm", config=config)
result = {}


def error_of(call, **params):
    """The name, the HTTP status and the message of the error. Fails if the call succeeds."""
    try:
        call(**params)
    except ClientError as error:
        response = error.response
        return [response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]]
    raise AssertionError(f"no error from {call}")


# Lightsail
pages = list(lightsail.get_paginator("get_instances").paginate())
result["page_sizes"] = [len(page["instances"]) for page in pages]
instances = [instance for page in pages for instance in page["instances"]]
result["names"] = [instance["name"] for instance in instances]
result["created_in"] = instances[0]["createdAt"].year
result["regions"] = [region["name"] for region in lightsail.get_regions()["regions"]]
ssh = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrs": ["192.0.2.1"], "ipv6Cidrs": ["2001:db8::/64"]}
https = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
put = lightsail.put_instance_public_ports(instanceName="web-1", portInfos=[ssh])
result["put"] = [put["operation"]["operationType"], put["operation"]["status"]]
result["after_put"] = lightsail.get_instance_port_states(instanceName="web-1")["portStates"]
lightsail.open_instance_public_ports(instanceName="web-1", portInfo=https)
result["after_open"] = [
    [rule["fromPort"], rule["cidrs"]] for rule in lightsail.get_instance_port_states(instanceName="web-1")["portStates"]
]
lightsail.close_instance_public_ports(instanceName="web-1", portInfo={"protocol": "tcp", "fromPort": 22, "toPort": 22})
result["after_close"] = [
    rule["fromPort"] for rule in lightsail.get_instance_port_states(instanceName="web-1")["portStates"]
]
result["not_found"] = error_of(lightsail.get_instance_port_states, instanceName="nobody")
result["invalid"] = error_of(
    lightsail.put_instance_public_ports, instanceName="web-1", portInfos=[{**ssh, "cidrs": ["10.0.0.0/33"]}]
)
result["not_enabled"] = error_of(boto3.client("lightsail", region_name="ap-east-1", config=config).get_instances)

# SNS
topic = sns.create_topic(Name="alerts")["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
queue = "arn:aws:sqs:eu-west-1:123456789012:alerts"
result["subscribed"] = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"].startswith(topic)
result["subscriptions"] = [
    [one["Protocol"], one["SubscriptionArn"] == "PendingConfirmation"]
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    for one in page["Subscriptions"]
]
attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
result["counts"] = [attributes["SubscriptionsConfirmed"], attributes["SubscriptionsPending"]]
text = json.dumps({"default": "for programs", "email": "for <people> & others"})
result["message_id"] = len(sns.publish(TopicArn=topic, Subject="a & b", Message=text, MessageStructure="json")["MessageId"])
result["bad_subject"] = error_of(sns.publish, TopicArn=topic, Subject="a\nb", Message="x")
result["no_topic"] = error_of(sns.publish, TopicArn=topic + "-2", Message="x")

# DynamoDB
key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
kinds = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
dynamodb.create_table(TableName="things", KeySchema=key, AttributeDefinitions=kinds, BillingMode="PAY_PER_REQUEST")
table = boto3.resource("dynamodb", config=config).Table("things")
for sk in ("b", "a"):
    table.put_item(Item={"pk": "one", "sk": sk}, ConditionExpression="attribute_not_exists(pk)")
query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": "one"}}
result["query"] = [item["sk"] for item in table.query(**query)["Items"]]
result["condition"] = error_of(
    table.put_item, Item={"pk": "one", "sk": "a"}, ConditionExpression="attribute_not_exists(pk)"
)[:2]

# SSM, STS
result["parameter"] = ssm.get_parameter(Name="/slack/webhook", WithDecryption=True)["Parameter"]["Value"]
result["no_parameter"] = error_of(ssm.get_parameter, Name="/none")
result["account"] = boto3.client("sts", config=config).get_caller_identity()["Account"]

print(json.dumps(result))
