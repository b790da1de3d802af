namespace Foreman.Kubernetes;

/// <summary>
/// Runs a cleanup before an object is deleted. Once <c>apply</c> has begun, the object stays until <c>cleanup</c> has
/// succeeded. Both may be called any number of times, and cleanup also when apply never ran or never succeeded. While the
/// program does not run, or cleanup fails, deletions wait.
/// </summary>
public static class Finalizer
{
    /// <summary>
    /// Reconciles an object under a finalizer: adds it before the first apply; after deletion was requested it cleans up, and
    /// takes it away only once that has succeeded. An object that goes without it is left alone.
    /// </summary>
    /// <typeparam name="T">Kind of the object.</typeparam>
    /// <param name="client">The client; it needs the verbs get and patch on the kind.</param>
    /// <param name="finalizer">Name of the finalizer, with a domain: <c>example.com/bucket</c>. No other program may use it.</param>
    /// <param name="obj">The object as it is known.</param>
    /// <param name="apply">Reconciles. It must use the object that it is given, which may be newer than the known one.</param>
    /// <param name="cleanup">Cleans up. With <see cref="ReconcileResult.RequeueAfter"/> it has not ended yet: the finalizer stays.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What apply or cleanup gave; done when there is nothing to do.</returns>
    /// <exception cref="KubernetesException">The finalizer can't be added or taken away; what apply and cleanup throw is passed on.</exception>
    public static async Task<ReconcileResult> RunAsync<T>(
        IKubernetes client,
        string finalizer,
        T obj,
        Func<T, CancellationToken, Task<ReconcileResult>> apply,
        Func<T, CancellationToken, Task<ReconcileResult>> cleanup,
        CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        switch (FinalizerPlan.For(obj, finalizer))
        {
            case FinalizerAction.Add:
                var added = await PatchAsync(client, FinalizerAction.Add, finalizer, obj, cancellationToken).ConfigureAwait(false);
                return added is null ? ReconcileResult.Done : await apply(added, cancellationToken).ConfigureAwait(false);
            case FinalizerAction.Apply:
                return await apply(obj, cancellationToken).ConfigureAwait(false);
            case FinalizerAction.Cleanup:
                var result = await cleanup(obj, cancellationToken).ConfigureAwait(false);
                if (result.Delay is null)
                {
                    await PatchAsync(client, FinalizerAction.Cleanup, finalizer, obj, cancellationToken).ConfigureAwait(false);
                }

                return result;
            default:
                return ReconcileResult.Done;
        }
    }

    /// <summary>Adds or takes away the finalizer, re-reading on a conflict.</summary>
    /// <returns>The object with the finalizer; null when it has gone, is going, or the change is no longer due.</returns>
    private static Task<T?> PatchAsync<T>(IKubernetes client, FinalizerAction action, string finalizer, T known, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        T? obj = known;
        return ConflictRetry.RetryOnConflictAsync(AttemptAsync, cancellationToken: cancellationToken);

        async Task<T?> AttemptAsync(CancellationToken token)
        {
            obj ??= await client.TryReadAsync<T>(known.Name(), known.Namespace(), token).ConfigureAwait(false);
            var due = obj is null || obj.Uid() != known.Uid() ? FinalizerAction.Nothing : FinalizerPlan.For(obj, finalizer);
            if (due != action)
            {
                return due == FinalizerAction.Apply ? obj : null;
            }

            var patch = action == FinalizerAction.Add ? FinalizerPlan.Addition(obj!, finalizer) : FinalizerPlan.Removal(obj!, finalizer);
            obj = null;
            try
            {
                return await client.PatchAsync<T>(patch, known.Name(), known.Namespace(), cancellationToken: token).ConfigureAwait(false);
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                return null;
            }
        }
    }
}
