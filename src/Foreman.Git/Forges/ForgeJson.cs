using System.Text.Json.Serialization;

namespace Foreman.Git.Forges;

/// <summary>Bodies that are sent to forges.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GitHub.GitHubPull))]
[JsonSerializable(typeof(GitHub.GitHubLabels))]
[JsonSerializable(typeof(GitHub.GraphQuery))]
[JsonSerializable(typeof(Gitea.GiteaPull))]
[JsonSerializable(typeof(Gitea.GiteaLabels))]
[JsonSerializable(typeof(Gitea.GiteaLabel))]
[JsonSerializable(typeof(GitLab.GitLabMergeRequest))]
[JsonSerializable(typeof(CommentBody))]
internal sealed partial class ForgeJson : JsonSerializerContext;

/// <summary>A comment; the same on all three.</summary>
internal sealed record CommentBody(string Body);
