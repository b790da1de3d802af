using Microsoft.Extensions.Logging;

namespace Foreman.Git.Forges;

/// <summary>Reads from forges by what tasks call their repositories, and publishes what runs made. A host keeps one, so that all its runs heed the limits of a forge together.</summary>
/// <param name="table">Which forge a host is.</param>
/// <param name="rules">Which addresses are accepted; folders of this host have no forge.</param>
/// <param name="credentials">By host.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock of all waits.</param>
public sealed class ForgeAccess(ForgeTable table, AddressRules rules, ICredentialBroker credentials, ForgeOptions options, TimeProvider time) : IDisposable
{
    /// <summary>How runs read: what takes longer than a call of a tool is not waited for.</summary>
    /// <param name="forge">Where <c>owner/name</c> lies.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <param name="logger">Told of waits.</param>
    public static ForgeAccess Public(ForgeEndpoint forge, TimeProvider time, ILogger logger) => new(
        new ForgeTable(forge), new AddressRules(forge.Web, AllowPlainHttp: true), CredentialBroker.None, new ForgeOptions { MaxWait = TimeSpan.FromSeconds(30), Logger = logger }, time);

    private readonly Lock _gate = new();
    private readonly Dictionary<(ForgeEndpoint, GitCredential?), IForge> _forges = [];

    /// <summary>Reads an issue.</summary>
    /// <param name="repository"><c>owner/name</c> or a URL.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ForgeResult<ForgeIssue>> ReadIssueAsync(string repository, long number, CancellationToken cancellationToken) =>
        ReadAsync(repository, (forge, name) => forge.ReadIssueAsync(name, number, cancellationToken), cancellationToken);

    /// <summary>Where the issues and pull requests of a repository are. Nothing is called.</summary>
    /// <param name="address">Of the repository.</param>
    /// <returns>Refused when nothing says what its host is, and for a folder of this host.</returns>
    public ForgeResult<ForgePlace> PlaceOf(RepositoryAddress address) => table.Resolve(address);

    /// <summary>Reads an issue.</summary>
    /// <param name="address">Of its repository.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ForgeResult<ForgeIssue>> ReadIssueAsync(RepositoryAddress address, long number, CancellationToken cancellationToken)
    {
        var found = PlaceOf(address);
        return found.Value is { } place
            ? await CallAsync(place, forge => forge.ReadIssueAsync(place.Repository, number, cancellationToken), cancellationToken).ConfigureAwait(false)
            : new ForgeResult<ForgeIssue>(found.Error!);
    }

    /// <summary>Makes sure that one pull request is open as proposed; see <see cref="IForge.PublishAsync"/>.</summary>
    /// <param name="place">Where it is opened: the forge of the proposal's target.</param>
    /// <param name="proposal">How it should be.</param>
    /// <param name="mayWrite">Asked right before every write; false ends the operation as Fenced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ForgeResult<PublishedPullRequest>> PublishAsync(
        ForgePlace place, PullRequestProposal proposal, Func<CancellationToken, Task<bool>> mayWrite, CancellationToken cancellationToken) =>
        CallAsync(place, forge => forge.PublishAsync(proposal, mayWrite, cancellationToken), cancellationToken);

    /// <summary>Reads a pull request.</summary>
    /// <param name="repository"><c>owner/name</c> or a URL.</param>
    /// <param name="number">From 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ForgeResult<ForgePullRequest>> ReadPullRequestAsync(string repository, long number, CancellationToken cancellationToken) =>
        ReadAsync(repository, (forge, name) => forge.ReadPullRequestAsync(name, number, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var forge in _forges.Values)
            {
                forge.Dispose();
            }

            _forges.Clear();
        }
    }

    private async Task<ForgeResult<T>> CallAsync<T>(ForgePlace place, Func<IForge, Task<ForgeResult<T>>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await call(await OpenAsync(place.Endpoint, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (GitException e)
        {
            return new ForgeResult<T>(new ForgeError(ForgeErrorKind.Unauthorized, e.Message));
        }
    }

    private async Task<ForgeResult<T>> ReadAsync<T>(
        string repository, Func<IForge, ForgeRepository, Task<ForgeResult<T>>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var place = table.Resolve(RepositoryAddress.Parse(repository, rules));
            return place.Value is { } found
                ? await read(await OpenAsync(found.Endpoint, cancellationToken).ConfigureAwait(false), found.Repository).ConfigureAwait(false)
                : new ForgeResult<T>(place.Error!);
        }
        catch (GitException e)
        {
            return new ForgeResult<T>(new ForgeError(ForgeErrorKind.Refused, e.Message));
        }
    }

    // A token that was renewed gets a connection of its own.
    private async Task<IForge> OpenAsync(ForgeEndpoint endpoint, CancellationToken cancellationToken)
    {
        var credential = await credentials.ForHostAsync(endpoint.Host, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            return _forges.TryGetValue((endpoint, credential), out var forge)
                ? forge
                : _forges[(endpoint, credential)] = Forge.Create(endpoint, credential, options, time);
        }
    }
}
