using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Kubernetes;

/// <summary>Output of an exec plugin (client.authentication.k8s.io ExecCredential).</summary>
internal sealed record ExecCredential
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ExecCredentialStatus? Status { get; init; }

    /// <summary>The credential and its expiry. Error messages never quote the output, which may be a secret.</summary>
    /// <exception cref="KubeConfigException">The output is not an ExecCredential of the configured version.</exception>
    public static (Credential Credential, DateTimeOffset? Expires) Read(ReadOnlySpan<byte> output, ExecConfig config)
    {
        var credential = Parse(output, config);
        if (credential.Kind != ExecInfo.Kind || credential.ApiVersion != config.ApiVersion)
        {
            throw Wrong(config, $"its answer is a {Shown(credential.Kind)} of {Shown(credential.ApiVersion)}, expected {ExecInfo.Kind} of {config.ApiVersion}");
        }

        var status = credential.Status ?? throw Wrong(config, "its answer has no `status`");
        if (string.IsNullOrEmpty(status.ClientCertificateData) != string.IsNullOrEmpty(status.ClientKeyData))
        {
            throw Wrong(config, "its answer has one of `clientCertificateData` and `clientKeyData` without the other");
        }

        if (string.IsNullOrEmpty(status.Token) && string.IsNullOrEmpty(status.ClientCertificateData))
        {
            throw Wrong(config, "its answer has neither a `token` nor a client certificate in `status`");
        }

        var certificate = string.IsNullOrEmpty(status.ClientCertificateData)
            ? null
            : PemFiles.CertificateWithKey(status.ClientCertificateData, status.ClientKeyData!, config.Source.File, config.Source.Key);
        return (new(string.IsNullOrEmpty(status.Token) ? null : status.Token, certificate), status.ExpirationTimestamp);
    }

    private static ExecCredential Parse(ReadOnlySpan<byte> output, ExecConfig config)
    {
        if (output.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw Wrong(config, "it wrote nothing to its standard output");
        }

        try
        {
            return JsonSerializer.Deserialize(output, ExecJson.Default.ExecCredential) ?? throw Wrong(config, "its answer is null");
        }
        catch (JsonException e)
        {
            throw Wrong(config, $"its answer is not the JSON that was expected (at {e.Path ?? "$"}, line {e.LineNumber + 1})");
        }
    }

    private static string Shown(string? text) => string.IsNullOrEmpty(text) ? "(nothing)" : text.Length <= 80 ? text : text[..80] + "…";

    private static KubeConfigException Wrong(ExecConfig config, string problem) =>
        new(config.Source.File, config.Source.Key, $"the credential plugin `{config.Command}` can't be used: {problem}", "Run it by hand and look at what it writes, or update it");
}

/// <summary>The credential itself.</summary>
internal sealed record ExecCredentialStatus
{
    public string? Token { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKeyData { get; init; }

    public DateTimeOffset? ExpirationTimestamp { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(Json.Rfc3339Converter)])]
[JsonSerializable(typeof(ExecCredential))]
internal sealed partial class ExecJson : JsonSerializerContext;
