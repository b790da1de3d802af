using System.Net.Http.Headers;

namespace Foreman.Kubernetes;

/// <summary>Reports warnings of the API server (header <c>Warning: 299</c>), and logs each text once.</summary>
internal sealed class ServerWarnings(KubernetesClientOptions options)
{
    /// <summary>Bound on remembered texts; when it is reached they are forgotten and may be logged again.</summary>
    private const int MaxRemembered = 256;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _logged = [];

    public void Report(HttpResponseHeaders headers, ApiRequest request)
    {
        // Most responses have no warning, and looking up an absent typed header is slow.
        if (!headers.NonValidated.Contains("Warning"))
        {
            return;
        }

        foreach (var warning in headers.Warning.Where(w => w.Code == 299))
        {
            var text = Unquote(warning.Text);
            options.OnWarning?.Invoke(text);
            if (IsNew(text))
            {
                options.Logger.ServerWarning(request.Call, text);
            }
        }
    }

    /// <summary>Text of a quoted string (RFC 9110): without its quotes and escapes.</summary>
    internal static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }

        return text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }

    private bool IsNew(string text)
    {
        lock (_lock)
        {
            if (_logged.Count >= MaxRemembered)
            {
                _logged.Clear();
            }

            return _logged.Add(text);
        }
    }
}
