/** Closes the client's connections at the end. */
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
