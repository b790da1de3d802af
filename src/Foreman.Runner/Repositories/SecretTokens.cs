using Foreman.Kubernetes;
using Foreman.Runner.Fencing;

namespace Foreman.Runner.Repositories;

/// <summary>A Secret with tokens. What was read last stays while the API server can't be reached; at first it is waited for.</summary>
internal sealed class SecretTokens(IKubernetes kubernetes, GitSecret secret, TokenKeys keys, RunnerOptions options, TimeProvider time) : ITokenStore
{
    private readonly Jitter _jitter = new(options.Seed);

    public string Place => $"Secret {secret}";

    public async Task<TokenReading> ReadAsync(TokenReading? last, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await kubernetes.TryReadAsync<V1Secret>(secret.Name, secret.Namespace, stop).ConfigureAwait(false) is { } read
                    ? new TokenReading(read.Data ?? new Dictionary<string, byte[]>(), null)
                    : TokenReading.None($"{Place} does not exist: create it with the key {keys.Common} for {keys.DefaultHost}");
            }
            catch (KubernetesException e) when (e.IsForbidden)
            {
                return TokenReading.None(options.Program.MissingSecret(options, secret.Namespace, secret.Name));
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                if (last is not null)
                {
                    return last;
                }

                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), _jitter.Next()), time, stop).ConfigureAwait(false);
            }
        }
    }
}
