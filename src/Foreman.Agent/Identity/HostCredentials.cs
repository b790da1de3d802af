using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Agent.Identity;

/// <summary>
/// The tokens of the host as its kubeconfig holds them, for calls to take while they are renewed. A kubeconfig that others replace is
/// read again as soon as the server refuses the token in use.
/// </summary>
internal sealed class HostCredentials
{
    private readonly string _file;
    private readonly string? _context;
    private readonly Lock _gate = new();
    private HostToken _token;
    private HostToken? _renewal;

    // What the file holds as far as is known: older tokens than those in memory when it could not be written.
    private string _written;
    private string? _writtenRenewal;

    private HostCredentials(string file, string? context, HostToken token)
    {
        (_file, _context, _token, _written) = (file, context, token, token.Value);
        _renewal = HostToken.Read(Configuration(HostKubeconfig.RenewalContext)?.AccessToken);
        _writtenRenewal = _renewal?.Value;
    }

    /// <summary>Raised on the caller's thread when the server has refused the token in use and the file holds no other.</summary>
    public event Action? Refused;

    /// <summary>The host's token.</summary>
    public HostToken Token
    {
        get
        {
            lock (_gate)
            {
                return _token;
            }
        }
    }

    /// <summary>The token that gets the host further ones after a time without the cluster; null for none.</summary>
    public HostToken? Renewal
    {
        get
        {
            lock (_gate)
            {
                return _renewal;
            }
        }
    }

    /// <summary>The kubeconfig.</summary>
    public string File => _file;

    /// <summary>The credentials of an enrolled host; null when the configuration holds others, which are not renewed here.</summary>
    /// <param name="configuration">How the cluster is reached.</param>
    /// <param name="foremanNamespace">Namespace that Foreman is installed in.</param>
    public static HostCredentials? Of(KubernetesClientConfiguration configuration, string foremanNamespace) =>
        configuration is { AccessTokenFile: { } file, TokenFile: null }
        && HostToken.Read(configuration.AccessToken) is { } token && token.Namespace == Labels.HostsNamespace(foremanNamespace)
            ? new(file, configuration.CurrentContext, token)
            : null;

    /// <summary>The token of a call.</summary>
    /// <param name="refused">A token that was refused; null before a call.</param>
    public string Current(string? refused)
    {
        lock (_gate)
        {
            if (refused is null || refused != _token.Value || Reread())
            {
                return _token.Value;
            }
        }

        Refused?.Invoke();
        return Token.Value;
    }

    /// <summary>Takes the tokens of a kubeconfig that somebody has put in place of the one before, although those before are still accepted.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            Reread();
        }
    }

    /// <summary>Takes renewed tokens and puts them into the kubeconfig in place of those before; what else it holds stays.</summary>
    /// <param name="token">The host's new token; null when it has none.</param>
    /// <param name="renewal">The new token for a time without the cluster; null when there is none.</param>
    /// <returns>Why the kubeconfig could not be written, which leaves the tokens in memory; null when it was.</returns>
    public string? Replace(HostToken? token, HostToken? renewal)
    {
        lock (_gate)
        {
            _token = token ?? _token;
            _renewal = renewal ?? _renewal;
            try
            {
                var text = System.IO.File.ReadAllText(_file);
                if (text.Contains(_written, StringComparison.Ordinal))
                {
                    var renewed = text.Replace(_written, _token.Value, StringComparison.Ordinal);
                    renewed = _writtenRenewal is null || _renewal is null ? renewed : renewed.Replace(_writtenRenewal, _renewal.Value, StringComparison.Ordinal);
                    PrivateText.Write(_file, renewed);
                    (_written, _writtenRenewal) = (_token.Value, _renewal?.Value);
                }

                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }
    }

    // The process works for one host: a kubeconfig of another is for the next start.
    private bool Reread()
    {
        if (HostToken.Read(Configuration(_context)?.AccessToken) is not { } token || token.Value == _written
            || (token.Namespace, token.Account) != (_token.Namespace, _token.Account))
        {
            return false;
        }

        (_token, _written) = (token, token.Value);
        _renewal = HostToken.Read(Configuration(HostKubeconfig.RenewalContext)?.AccessToken);
        _writtenRenewal = _renewal?.Value;
        return true;
    }

    // Half written or without such a context, the file holds nothing to take.
    private KubernetesClientConfiguration? Configuration(string? context)
    {
        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigFile(_file, context);
        }
        catch (KubeConfigException)
        {
            return null;
        }
    }
}
