using Xunit;

// A load beside another test measures both.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
