namespace Foreman.EndToEnd.Tests.Chart;

/// <summary>One verb that an identity may use, or used.</summary>
/// <param name="Space">The namespace; null for all of them, and for what belongs to the cluster.</param>
/// <param name="Resource">Plural, group and subresource, as <c>agentictasks.foreman.llmkube.dev/status</c>.</param>
/// <param name="Name">One object; null for all.</param>
/// <param name="Verb">The verb.</param>
internal sealed record Right(string? Space, string Resource, string? Name, string Verb)
{
    /// <summary>The resource as a rule or a request names it.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="resource">Plural.</param>
    /// <param name="subresource">Part of an object; null or empty for the object.</param>
    public static string ResourceOf(string? group, string resource, string? subresource) =>
        resource + (string.IsNullOrEmpty(group) ? "" : "." + group) + (string.IsNullOrEmpty(subresource) ? "" : "/" + subresource);

    public override string ToString() => $"{Verb} {Resource}{(Name is null ? "" : " " + Name)} in {Space ?? "the cluster"}";
}
