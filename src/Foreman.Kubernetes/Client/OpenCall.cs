namespace Foreman.Kubernetes;

/// <summary>A call whose response headers have arrived; dispose ends it.</summary>
internal sealed class OpenCall(HttpResponseMessage response, CallMetrics metrics) : IDisposable
{
    public HttpResponseMessage Response => response;

    public CallMetrics Metrics => metrics;

    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    public void Dispose()
    {
        response.Dispose();
        metrics.Closed();
    }
}
