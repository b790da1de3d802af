namespace Foreman.Kubernetes.Bench;

/// <summary>The calls that are compared, each done with the library or by hand.</summary>
internal interface IApiCalls : IDisposable
{
    Task CreateAsync(V1ConfigMap obj, CancellationToken stop);

    Task PatchAsync(string name, string value, CancellationToken stop);

    Task<int> ListAsync(CancellationToken stop);
}

/// <summary>With the library.</summary>
internal sealed class LibraryCalls(KubernetesClient client, string space) : IApiCalls
{
    public Task CreateAsync(V1ConfigMap obj, CancellationToken stop) => client.CreateAsync(obj, cancellationToken: stop);

    public Task PatchAsync(string name, string value, CancellationToken stop) =>
        client.PatchAsync<V1ConfigMap>(V1Patch.Json(JsonPatchOperation.Replace("/data/text", value)), name, space, cancellationToken: stop);

    public async Task<int> ListAsync(CancellationToken stop) => (await client.ListAsync<V1ConfigMap>(space, cancellationToken: stop)).Items.Count;

    public void Dispose() => client.Dispose();
}
