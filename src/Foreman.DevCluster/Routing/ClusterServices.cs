using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Watching;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Routing;

/// <summary>The services that handle requests.</summary>
internal sealed record ClusterServices(
    ObjectStore Store, ResourceCatalog Catalog, WriteEnvironment Environment, ObjectWriter Writer, ObjectDeleter Deleter, ListHandler Lists, WatchHandler Watches);
