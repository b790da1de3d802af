using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Foreman.Kubernetes;

/// <summary>The value of <c>KUBERNETES_EXEC_INFO</c> that an exec plugin reads.</summary>
internal static class ExecInfo
{
    public const string Variable = "KUBERNETES_EXEC_INFO";

    public const string Kind = "ExecCredential";

    public static string Compose(ExecConfig config, bool interactive)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("kind", Kind);
            json.WriteString("apiVersion", config.ApiVersion);
            json.WriteStartObject("spec");
            if (config.Cluster is { } cluster)
            {
                json.WritePropertyName("cluster");
                Write(json, cluster);
            }

            json.WriteBoolean("interactive", interactive);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ExecCluster cluster)
    {
        json.WriteStartObject();
        json.WriteString("server", cluster.Server);
        WriteIf(json, "tls-server-name", cluster.TlsServerName);
        if (cluster.InsecureSkipTlsVerify)
        {
            json.WriteBoolean("insecure-skip-tls-verify", true);
        }

        if (cluster.CertificateAuthorityData is { } authorities)
        {
            json.WriteBase64String("certificate-authority-data", authorities);
        }

        WriteIf(json, "proxy-url", cluster.ProxyUrl);
        if (cluster.Config is { } config)
        {
            json.WritePropertyName("config");
            config.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter json, string key, string? value)
    {
        if (value is not null)
        {
            json.WriteString(key, value);
        }
    }
}
