using System.Net.Http.Headers;

namespace Foreman.Kubernetes;

/// <summary>Passes on what the API server warns about (header <c>Warning: 299</c>), and logs each text once.</summary>
internal sealed class ServerWarnings(KubernetesClientOptions options)
{
    /// <summary>Texts remembered; beyond that some are logged again rather than memory grow.</summary>
    private const int Remembered = 256;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];

    public void Report(HttpResponseHeaders headers, ApiRequest request)
    {
        // Almost every answer comes without, and reading a header that is not there still costs.
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
            if (_seen.Count >= Remembered)
            {
                _seen.Clear();
            }

            return _seen.Add(text);
        }
    }
}
