export interface RatingPolicy {
  /** Opening one of these tcp or udp ports to the world is critical. */
  highRiskPorts: readonly number[];
}

/** AWS Security Hub control EC2.19, "security groups should not allow unrestricted access to ports with high risk". */
export const securityHubPorts: readonly number[] = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888,
  9200, 9300,
];

/** Docker (2375, 2376), VNC (5900), WinRM (5985, 5986), Redis, Memcached and MongoDB: attacked within hours when open to the world. */
const furtherPorts: readonly number[] = [2375, 2376, 5900, 5985, 5986, 6379, 11211, 27017];

export const defaultRatingPolicy: RatingPolicy = { highRiskPorts: [...securityHubPorts, ...furtherPorts] };

/** The policy of a deployment. `null`: the setting is left out, so the default list is used. */
export function ratingPolicy(highRiskPorts: readonly number[] | null): RatingPolicy {
  return highRiskPorts === null ? defaultRatingPolicy : { highRiskPorts };
}
