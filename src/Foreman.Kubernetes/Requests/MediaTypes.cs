namespace Foreman.Kubernetes;

/// <summary>Media types of the API server.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";

    /// <summary>Text such as a log, and errors as JSON.</summary>
    public const string Text = "application/json,*/*";

    /// <summary>The answer as a table. A server without tables responds 406.</summary>
    public const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1";

    /// <summary>A list of metadata, or the full list from a server without that form.</summary>
    public const string PartialObjectMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    /// <summary>The metadata only, or the full object from a server without that form.</summary>
    public const string PartialObjectMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
}
