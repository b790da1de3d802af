namespace Foreman.Api;

/// <summary>Group and version of every kind here.</summary>
public static class ApiGroup
{
    /// <summary>API group.</summary>
    public const string Name = "foreman.llmkube.dev";

    /// <summary>API version.</summary>
    public const string Version = "v1alpha1";

    /// <summary>Field manager of Foreman's writes.</summary>
    public const string FieldManager = "foreman";
}
