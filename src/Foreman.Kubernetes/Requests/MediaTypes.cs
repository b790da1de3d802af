namespace Foreman.Kubernetes;

/// <summary>Media types that the API server speaks.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";

    /// <summary>Text such as a log, and errors as JSON.</summary>
    public const string Text = "application/json,*/*";

    /// <summary>The answer as a table. A server that has none says so (406) rather than answer with something else.</summary>
    public const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1";

    /// <summary>A list of metadata, or the list in full from a server that can't cut.</summary>
    public const string PartialObjectMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    /// <summary>The answer cut down to metadata, or in full from a server that can't cut.</summary>
    public const string PartialObjectMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
}
