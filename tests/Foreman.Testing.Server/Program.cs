using Foreman.Testing;

// The API server that the test projects of one run of ./test share: prints its admin kubeconfig and lives until standard input ends,
// so that it never outlives the script, however that ends.
if (KubeApiServer.SkipReason is { } reason)
{
    Console.WriteLine($"none: {reason}");
    return 0;
}

await using var server = await KubeApiServer.StartAsync();
await ForemanDefinitions.InstallAsync(server);
Console.WriteLine($"kubeconfig: {server.AdminKubeconfigPath}");
while (await Console.In.ReadLineAsync() is not null)
{
}

return 0;
