/** Closes the connections of the client afterwards. */
export async function withClient<Client extends { destroy(): void }, Answer>(
  client: Client,
  use: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}
