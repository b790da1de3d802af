namespace Foreman.Kubernetes;

/// <summary>A call whose answer has begun; disposing it ends it.</summary>
internal sealed class OpenCall(HttpResponseMessage response, CallMeasure measure) : IDisposable
{
    public HttpResponseMessage Response => response;

    public CallMeasure Measure => measure;

    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    public void Dispose()
    {
        response.Dispose();
        measure.Close();
    }
}
