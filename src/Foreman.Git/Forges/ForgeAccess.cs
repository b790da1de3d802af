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
    /// <summary>Reads what everybody may read, without a token: what takes longer than a call of a tool is not waited for.</summary>
    /// <param name="table">Which forge a host is.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <param name="logger">Told of waits.</param>
    public static ForgeAccess Public(ForgeTable table, TimeProvider time, ILogger logger) => With(table, CredentialBroker.None, time, logger);

    /// <summary>As <see cref="Public"/>, with a token for each host that has one.</summary>
    /// <param name="table">Which forge a host is.</param>
    /// <param name="credentials">By host.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <param name="logger">Told of waits.</param>
    public static ForgeAccess With(ForgeTable table, ICredentialBroker credentials, TimeProvider time, ILogger logger) =>
        new(table, new AddressRules(table.Default.Web, AllowPlainHttp: true), credentials, new ForgeOptions { MaxWait = TimeSpan.FromSeconds(30), Logger = logger }, time);

    private ForgeConnections _open = new();
    private TaskScope? _scope;

    /// <summary>
    /// What the tools of one task read with: tokens for the task's own repository only, so that a text which misleads a model can't make it
    /// read other repositories that the host's token may see. It shares the connections of this one and need not be disposed of.
    /// </summary>
    /// <param name="repository"><c>spec.payload.repo</c> of the task; null or empty for none.</param>
    public ForgeAccess ForTask(string? repository) =>
        new(table, rules, credentials, options, time) { _open = _open, _scope = new TaskScope(OwnOf(repository)) };

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

    /// <summary>Where the issues and pull requests of a repository are. Nothing is called.</summary>
    /// <param name="repository"><c>owner/name</c> or a URL.</param>
    /// <returns>Refused when it is no address, or nothing says what its host is.</returns>
    public ForgeResult<ForgePlace> PlaceOf(string repository)
    {
        try
        {
            return PlaceOf(RepositoryAddress.Parse(repository, rules));
        }
        catch (GitException e)
        {
            return new ForgeResult<ForgePlace>(new ForgeError(ForgeErrorKind.Refused, e.Message));
        }
    }

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

    /// <summary>Any operation on a forge, with the token of its host as it is then; an error says why there is none.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="place">Where the repository is.</param>
    /// <param name="call">The operation. The forge is not to be disposed of.</param>
    /// <param name="cancellationToken">Ends the wait for the token.</param>
    public async Task<ForgeResult<T>> CallAsync<T>(ForgePlace place, Func<IForge, Task<ForgeResult<T>>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return WithReason(await call(await OpenAsync(place.Endpoint, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false), place.Endpoint, withToken: true);
        }
        catch (GitException e)
        {
            return new ForgeResult<T>(new ForgeError(ForgeErrorKind.Unauthorized, e.Message));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_scope is null)
        {
            _open.Dispose();
        }
    }

    private async Task<ForgeResult<T>> ReadAsync<T>(
        string repository, Func<IForge, ForgeRepository, Task<ForgeResult<T>>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var place = table.Resolve(RepositoryAddress.Parse(repository, rules));
            if (place.Value is not { } found)
            {
                return new ForgeResult<T>(place.Error!);
            }

            var withToken = _scope is null || _scope.Owns(found);
            var forge = withToken ? await OpenAsync(found.Endpoint, cancellationToken).ConfigureAwait(false) : _open.Get(found.Endpoint, null, options, time);
            return WithReason(await read(forge, found.Repository).ConfigureAwait(false), found.Endpoint, withToken);
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
        return _open.Get(endpoint, credential, options, time);
    }

    // Forges say of what they hide that it is not there.
    private ForgeResult<T> WithReason<T>(ForgeResult<T> result, ForgeEndpoint endpoint, bool withToken)
        where T : class =>
        result.Error is { Kind: ForgeErrorKind.NotFound or ForgeErrorKind.Unauthorized or ForgeErrorKind.Forbidden } error && WhyNoToken(endpoint, withToken) is { } why
            ? new ForgeResult<T>(error with { Message = $"{error.Message}; {why}" })
            : result;

    private string? WhyNoToken(ForgeEndpoint endpoint, bool withToken) =>
        withToken ? credentials.Missing(endpoint.Host) : "it is not the task's own repository, so it was read without a token";

    private ForgePlace? OwnOf(string? repository)
    {
        try
        {
            return repository is { Length: > 0 } ? table.Resolve(RepositoryAddress.Parse(repository, rules)).Value : null;
        }
        catch (GitException)
        {
            // A folder of this host has no forge, and what is no address ends the run elsewhere.
            return null;
        }
    }

    /// <summary>What a task may use tokens for.</summary>
    /// <param name="Own">Its repository; null for none.</param>
    private sealed record TaskScope(ForgePlace? Own)
    {
        // Forges take names in any case.
        internal bool Owns(ForgePlace place) =>
            Own is not null && Own.Endpoint == place.Endpoint && Own.Repository.FullName.Equals(place.Repository.FullName, StringComparison.OrdinalIgnoreCase);
    }
}
