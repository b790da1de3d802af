using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>One server to look for.</summary>
/// <param name="Url">Its address in the stored form; the first of <paramref name="Addresses"/>.</param>
/// <param name="Named">True when somebody configured it, so that it is reported also when it does not answer.</param>
/// <param name="Addresses">
/// Where it may be, the likeliest first: <c>localhost</c> means both loopback addresses, and a path may be the root of an API or lie above it.
/// </param>
internal sealed record ServerCandidate(string Url, bool Named, IReadOnlyList<ModelAddress> Addresses);
